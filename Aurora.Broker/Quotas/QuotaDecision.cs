using System.Globalization;

namespace Aurora.Broker.Quotas;

/// <summary>What a quota lets through.</summary>
/// <param name="Overage">By how much each resource exceeds it; zero for one that does not.</param>
internal readonly record struct QuotaDecision(Consumption Overage)
{
    public bool IsWithin => Overage == default;

    /// <summary>Names each resource that is too much, with two decimals and its unit; for example <c>CPU quota exceeded by 1.50 core(s)</c>.</summary>
    public string Words() => string.Join("; ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Overage.MicroCores > 0)
            yield return $"CPU quota exceeded by {Rounded(Overage.MicroCores, 1_000_000)} core(s)";
        if (Overage.Ram > 0)
            yield return $"RAM quota exceeded by {Rounded(Overage.Ram, 1 << 20)} MB";
        if (Overage.Disk > 0)
            yield return $"disk quota exceeded by {Rounded(Overage.Disk, 1 << 20)} MB";
    }

    // Upwards, so that no overage is shown as nothing, and whoever asks for so much more gets it.
    private static string Rounded(long amount, long unit) =>
        (Math.Ceiling((decimal)amount * 100 / unit) / 100).ToString("0.00", CultureInfo.InvariantCulture);
}
