using Aurora.Core.Configuration;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

/// <summary>The text form of aurora-spec section 5.3.</summary>
public sealed class PlacementConstraintTests
{
    [Theory]
    [InlineData("a", "a", false, null)]
    [InlineData("a, b ,c", "a b c", false, null)]
    [InlineData("!a,b", "a b", true, null)]
    [InlineData("a,a", "a", false, null)]
    [InlineData("limit:3", "", false, 3)]
    [InlineData("limitless", "limitless", false, null)]
    [InlineData("!limit:3", "limit:3", true, null)]
    public void AText_IsALimitOrAListOfValues(string text, string values, bool isNegated, int? limit)
    {
        Assert.True(PlacementConstraint.TryParse("rack", text, out var constraint, out _));
        Assert.Equal((values, isNegated, limit), (string.Join(' ', constraint.Values), constraint.IsNegated, constraint.Limit));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("a,")]
    [InlineData(",")]
    [InlineData("!!a")]
    [InlineData("a,!b")]
    [InlineData("limit:")]
    [InlineData("limit:0")]
    [InlineData("limit:-1")]
    [InlineData("limit:1.5")]
    [InlineData("limit:99999999999")]
    public void AnythingElse_IsRefusedWithItsRule(string text)
    {
        Assert.False(PlacementConstraint.TryParse("rack", text, out _, out var rule));
        Assert.StartsWith("must ", rule, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWritten_ReadsBackTheSame() => Gen.Select(Gen.String[Gen.Char['a', 'c'], 1, 3].Array[1, 4], Gen.Bool, Gen.Int[0, 5]).Sample((values, negated, limit) =>
    {
        var text = limit > 0 ? $"limit:{limit}" : $"{(negated ? "!" : "")}{string.Join(',', values.Distinct())}";
        Assert.True(PlacementConstraint.TryParse("rack", text, out var constraint, out _));
        Assert.Equal(text, constraint.ToString());
    });

    [Theory]
    [InlineData("www", true)]
    [InlineData("www/db", true)]
    [InlineData("*", true)]
    [InlineData("*/gpu", true)]
    [InlineData("other/www", false)]
    [InlineData("wwwx", false)]
    [InlineData("!www", false)]
    [InlineData("www,www/db", false)]
    [InlineData("limit:1", false)]
    public void ADedication_IsOneValueOfTheRoleOrOfEverybody(string text, bool isOne)
    {
        Assert.True(PlacementConstraint.TryParse("dedicated", text, out var constraint, out _));
        Assert.Equal(isOne, constraint.IsDedicationOf("www"));
    }
}
