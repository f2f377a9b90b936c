using System.Management.Automation;

namespace Aurora.PowerShell.Pipeline;

/// <summary>Workers and quotas do not know their cluster; in a pipeline they carry it, so that the next cmdlet binds it by name.</summary>
internal static class ClusterObjects
{
    internal static PSObject Of(string cluster, object summary)
    {
        var result = PSObject.AsPSObject(summary);
        result.Properties.Add(new PSNoteProperty("Cluster", cluster));
        return result;
    }
}
