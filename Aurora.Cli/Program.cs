using System.Runtime.InteropServices;
using System.Text;
using Aurora.Cli;
using Aurora.Client.Clusters;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var wish = new StopWish(TimeProvider.System);
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var context = new CliContext { Out = Console.Out, Error = Console.Error, Clusters = ClusterRegistry.Default() };
return await CommandLine.RunAsync(context, args, stop.Token).ConfigureAwait(false);

// The first signal ends the verb in order; a second one, a second later, finds the default behaviour and ends the program.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = wish.IsOrderly();
    stop.Cancel();
}
