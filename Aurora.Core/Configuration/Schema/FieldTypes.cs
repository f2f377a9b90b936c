namespace Aurora.Core.Configuration.Schema;

/// <summary>The field types that recur, so that the tables read as tables.</summary>
internal static class FieldTypes
{
    public const long MegaByte = 1024 * 1024;
    public const long PetaByte = 1024L * 1024 * 1024 * 1024 * 1024;

    public static BooleanType Flag { get; } = new();

    public static IntegerType AnyInteger { get; } = new();

    public static IntegerType ZeroOrMore { get; } = new(Minimum: 0);

    public static IntegerType OneOrMore { get; } = new(Minimum: 1);

    public static DurationType Seconds { get; } = new();

    public static DurationType SecondsWithFraction { get; } = new(WholeSeconds: false);

    public static StringType Text { get; } = new(MaximumLength: 1024);

    public static StringType LongText { get; } = new(MaximumLength: 8192);

    public static StringType Name { get; } = new(MaximumLength: 255, MinimumLength: 1);

    public static StringType Identifier { get; } = new(MaximumLength: 255, MinimumLength: 1, Rule: TextRule.Identifier);

    public static StringType ProcessName { get; } = new(MaximumLength: 255, MinimumLength: 1, Rule: TextRule.ProcessName);

    public static StringType CommandLine { get; } = new(MaximumLength: 120_000, MinimumLength: 1, Rule: TextRule.CommandLine, AtRunTime: true);

    public static MapType Map { get; } = new(LongText);

    /// <summary>Amounts end at a petabyte, so that sums over thousands of instances stay within 64 bits.</summary>
    public static AmountType Amount { get; } = new(MegaByte, PetaByte);
}
