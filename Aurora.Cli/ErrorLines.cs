using Aurora.Core.Errors;

namespace Aurora.Cli;

/// <summary>Writes errors for people: the code, then what is wrong; every fault of an input on its own line.</summary>
internal static class ErrorLines
{
    internal static void Write(TextWriter error, AuroraException exception)
    {
        if (exception.Faults.Count == 0)
        {
            error.WriteLine($"ERROR] {exception.Code}: {exception.Message}");
            return;
        }

        foreach (var fault in exception.Faults)
        {
            error.WriteLine($"ERROR] {fault.Code}: {fault}");
        }
    }
}
