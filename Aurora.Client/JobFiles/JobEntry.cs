using System.Text.Json.Nodes;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles;

/// <summary>One job of a file before it is checked: a file may hold broken jobs beside the one that is wanted.</summary>
/// <param name="Source">The job in Aurora's JSON shape.</param>
/// <param name="Reading">How to read it.</param>
/// <param name="Faults">What is wrong with it already.</param>
internal sealed record JobEntry(JsonObject Source, JobReadingOptions Reading, IReadOnlyList<Fault> Faults);
