using Aurora.Core.Configuration.Schema;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Reading;

/// <summary>
/// Faults as they are found, stage by stage (binding, types, rules). A later stage says nothing about a field that an earlier one found wrong:
/// what it sees there is only a consequence.
/// </summary>
internal sealed class FaultList
{
    private readonly List<Fault> faults = [];
    private readonly List<string> settled = [];
    private readonly List<string> current = [];

    public IReadOnlyList<Fault> All => faults;

    public void Add(Fault fault)
    {
        current.Add(fault.Field);
        if (!settled.Exists(path => FieldPath.IsWithin(fault.Field, path) || FieldPath.IsWithin(path, fault.Field)))
        {
            faults.Add(fault);
        }
    }

    /// <summary>Keeps later stages silent about a field without a fault of its own.</summary>
    public void Silence(string path) => current.Add(path);

    public void EndStage()
    {
        settled.AddRange(current);
        current.Clear();
    }

    public bool IsWrongWithin(string path) => settled.Exists(p => FieldPath.IsWithin(p, path));
}
