using Aurora.Core.Errors;
using Aurora.Worker.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>Which user a role runs as.</summary>
public sealed class RoleRuleTests
{
    private static readonly RoleAccount Root = new("root", 0, 0, "/root");
    private static readonly RoleAccount Alice = new("alice", 1000, 1000, "/home/alice");
    private static readonly RoleAccount Bob = new("bob", 1001, 1001, "/home/bob");

    [Fact]
    public void Root_BecomesAnyUserButRoot()
    {
        Assert.Equal(Alice, Resolve("alice", Root).Account);
        Assert.Equal(ErrorCodes.RoleRefused, Resolve("root", Root).Fault?.Code);
        Assert.Equal(Root, Resolve("root", Root, o => o with { AllowRoot = true }).Account);
    }

    [Fact]
    public void APlainUser_IsOnlyItsOwnRole()
    {
        Assert.Equal(Alice, Resolve("alice", Alice).Account);
        Assert.Equal(ErrorCodes.RoleRefused, Resolve("bob", Alice).Fault?.Code);
        Assert.Contains("submit under the role 'alice'", Resolve("bob", Alice).Fault?.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody-like-that")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void ARoleThatIsNoUser_IsUnknown(string role) => Assert.Equal(ErrorCodes.RoleUnknown, Resolve(role, Root).Fault?.Code);

    [Fact]
    public void WhereAllRolesRunAsTheCurrentUser_TheyNeedNotExist()
    {
        Assert.Equal(Alice, Resolve("www-data", Alice, o => o with { RunAllRolesAsCurrentUser = true }).Account);
        Assert.Equal(ErrorCodes.RoleRefused, Resolve("www-data", Root, o => o with { RunAllRolesAsCurrentUser = true }).Fault?.Code);
    }

    private static (RoleAccount? Account, Fault? Fault) Resolve(string role, RoleAccount current, Func<LaunchingOptions, LaunchingOptions>? with = null)
    {
        var options = new LaunchingOptions { Folder = "/worker" };
        return RoleRule.Resolve(role, current, name => new[] { Root, Alice, Bob }.FirstOrDefault(a => a.Name == name), with?.Invoke(options) ?? options);
    }
}
