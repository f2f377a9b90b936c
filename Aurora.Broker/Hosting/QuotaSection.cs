using Aurora.Core.Configuration;
using Aurora.Core.Messages;

namespace Aurora.Broker.Hosting;

/// <summary>A quota: cores, and amounts such as <c>512MB</c> or <c>4TB</c>. What is left out is nothing.</summary>
internal sealed record QuotaSection
{
    public double? Cpu { get; init; }

    public string? Ram { get; init; }

    public string? Disk { get; init; }

    public QuotaAmount ToAmount() => new(Cpu ?? 0, Bytes(Ram), Bytes(Disk));

    // What is no amount becomes one that no check lets through.
    private static long Bytes(string? text) => text is null ? 0 : ResourceAmount.TryParse(text, out var bytes) ? bytes : -1;
}
