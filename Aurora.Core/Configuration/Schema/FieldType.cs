namespace Aurora.Core.Configuration.Schema;

/// <summary>What a field of a job file may hold. Closed: the kinds are the records in this file.</summary>
public abstract record FieldType
{
    /// <summary>The kind in words, for error messages, for example <c>a whole number</c>.</summary>
    public abstract string Words { get; }
}

/// <summary>A whole number.</summary>
/// <param name="Minimum">The least value allowed.</param>
/// <param name="Maximum">The greatest value allowed.</param>
public sealed record IntegerType(long Minimum = int.MinValue, long Maximum = int.MaxValue) : FieldType
{
    /// <inheritdoc/>
    public override string Words => "a whole number";
}

/// <summary>A number with a fraction.</summary>
/// <param name="Minimum">The least value allowed.</param>
/// <param name="Maximum">The greatest value allowed.</param>
/// <param name="AboveMinimum">Whether the minimum itself is not allowed.</param>
public sealed record FloatType(double Minimum, double Maximum, bool AboveMinimum = false) : FieldType
{
    /// <inheritdoc/>
    public override string Words => "a number";
}

/// <summary>A text.</summary>
/// <param name="MaximumLength">The greatest length, in characters.</param>
/// <param name="MinimumLength">The least length, in characters.</param>
/// <param name="Rule">A rule beyond the length, if there is one.</param>
/// <param name="AtRunTime">Whether the worker binds templates in it; then escapes stay in it until then.</param>
public sealed record StringType(int MaximumLength, int MinimumLength = 0, TextRule? Rule = null, bool AtRunTime = false) : FieldType
{
    /// <inheritdoc/>
    public override string Words => "a text";
}

/// <summary>True or false.</summary>
public sealed record BooleanType : FieldType
{
    /// <inheritdoc/>
    public override string Words => "true or false";
}

/// <summary>One of a few words, in exactly this spelling.</summary>
/// <param name="Values">The words.</param>
public sealed record EnumType(params IReadOnlyList<string> Values) : FieldType
{
    /// <inheritdoc/>
    public override string Words => $"one of {string.Join(", ", Values)}";
}

/// <summary>An amount in bytes, written as a number or with a unit (<see cref="ResourceAmount"/>).</summary>
/// <param name="Minimum">The least number of bytes.</param>
/// <param name="Maximum">The greatest number of bytes.</param>
public sealed record AmountType(long Minimum, long Maximum) : FieldType
{
    /// <inheritdoc/>
    public override string Words => "an amount: bytes as a number, or a text such as '512MB' or '1 GB'";
}

/// <summary>A time in seconds, written as a number or with a unit (<see cref="DurationText"/>).</summary>
/// <param name="Minimum">The least number of seconds.</param>
/// <param name="WholeSeconds">Whether fractions of a second are refused.</param>
public sealed record DurationType(int Minimum = 0, bool WholeSeconds = true) : FieldType
{
    /// <inheritdoc/>
    public override string Words => $"a time: {(WholeSeconds ? "whole " : "")}seconds as a number, or a text such as '30s', '5m' or '1h'";
}

/// <summary>A list.</summary>
/// <param name="Item">What its items are.</param>
/// <param name="MinimumCount">The least number of items.</param>
/// <param name="MaximumCount">The greatest number of items.</param>
public sealed record ListType(FieldType Item, int MinimumCount = 0, int MaximumCount = 10_000) : FieldType
{
    /// <inheritdoc/>
    public override string Words => "a list";
}

/// <summary>A map from text to text.</summary>
/// <param name="Value">What its values are.</param>
/// <param name="MaximumCount">The greatest number of entries.</param>
public sealed record MapType(StringType Value, int MaximumCount = 1_000) : FieldType
{
    /// <inheritdoc/>
    public override string Words => "a map from text to text";
}

/// <summary>A struct: an object with known fields.</summary>
/// <param name="Struct">Which.</param>
public sealed record StructType(StructSchema Struct) : FieldType
{
    /// <inheritdoc/>
    public override string Words => $"an object ({Struct.Name})";
}

/// <summary>One of several structs, told apart by their fields.</summary>
/// <param name="Alternatives">The structs, in the order in which they are tried.</param>
public sealed record ChoiceType(params IReadOnlyList<StructSchema> Alternatives) : FieldType
{
    /// <inheritdoc/>
    public override string Words => $"an object ({string.Join(" or ", Alternatives.Select(a => a.Name))})";
}
