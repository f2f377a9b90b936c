using System.Globalization;
using System.Management.Automation;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.PowerShell.Input;

/// <summary>Amounts of memory and disk as people give them to a cmdlet: a number of bytes, or text with a unit.</summary>
internal static class Amounts
{
    /// <exception cref="AuroraException">AUR1202: no amount, or a negative one.</exception>
    internal static long Read(string parameter, object value)
    {
        var text = Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture);
        return ResourceAmount.TryParse(text, out var bytes) && bytes >= 0
            ? bytes
            : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, parameter, text ?? "",
                "must be 0 or more bytes as a number, or a number with a unit: KB, MB, GB or TB, for example 64GB"));
    }
}
