using CsCheck;

namespace Aurora.Worker.Tests.Processes;

/// <summary>Argument vectors that are hard to quote.</summary>
internal static class WindowsArguments
{
    private const string Characters = "\\\\\"\" \t\naü%^&";

    public static readonly Gen<string[]> Vectors =
        Gen.Int[0, Characters.Length - 1].Select(i => Characters[i]).Array[0, 8].Select(c => new string(c)).Array[0, 5].Select(rest => new[] { @"C:\a b\p.exe" }.Concat(rest).ToArray());
}
