using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Broker.Hosting;

/// <summary>A quota: cores, and amounts such as <c>512MB</c> or <c>4TB</c>. What is left out is nothing.</summary>
internal sealed record QuotaSection
{
    public double? Cpu { get; init; }

    public string? Ram { get; init; }

    public string? Disk { get; init; }

    /// <summary>What it comes to; what is no amount is nothing, and <see cref="Check"/> has refused it.</summary>
    public QuotaAmount ToAmount() => new(Cpu ?? 0, Bytes(Ram), Bytes(Disk));

    /// <summary>Finds what is no amount.</summary>
    /// <param name="field">The name of the section in the file.</param>
    /// <returns>The faults (AUR5001), each with the text as it was written.</returns>
    public IEnumerable<Fault> Check(string field)
    {
        foreach (var (name, text) in new[] { ("ram", Ram), ("disk", Disk) })
        {
            if (text is not null && !ResourceAmount.TryParse(text, out _))
                yield return new Fault(ErrorCodes.InvalidConfiguration, $"{field}.{name}", text, "must be an amount such as 512MB or 4TB");
        }
    }

    private static long Bytes(string? text) => text is not null && ResourceAmount.TryParse(text, out var bytes) ? bytes : 0;
}
