using System.Runtime.Versioning;
using Aurora.Worker.Windows;

[assembly: SupportedOSPlatform("windows")]

// The program is its own test child: "child" and what it shall do.
return args is ["child", .. var rest]
    ? await Child.RunAsync(rest)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
