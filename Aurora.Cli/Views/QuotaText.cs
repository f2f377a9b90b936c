using System.Globalization;
using Aurora.Core.Messages;

namespace Aurora.Cli.Views;

/// <summary>A role's quota for people, in the original's blocks.</summary>
internal static class QuotaText
{
    internal static void Write(TextWriter writer, QuotaSummary quota)
    {
        writer.WriteLine($"Role: {quota.Role}");
        WriteBlock(writer, "Allocated", quota.Quota);
        WriteBlock(writer, "Production shared pool resources consumed", quota.ProductionShared);
        WriteBlock(writer, "Production dedicated pool resources consumed", quota.ProductionDedicated);
        WriteBlock(writer, "Non-production shared pool resources consumed", quota.NonProductionShared);
        WriteBlock(writer, "Non-production dedicated pool resources consumed", quota.NonProductionDedicated);
    }

    private static void WriteBlock(TextWriter writer, string title, QuotaAmount amount)
    {
        writer.WriteLine($"{title}:");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  CPU: {amount.Cpu:0.##} core(s)"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  RAM: {amount.Ram / 1048576.0:0.##} MB"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Disk: {amount.Disk / 1048576.0:0.##} MB"));
    }
}
