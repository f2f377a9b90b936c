using Aurora.Benchmarks.Dispatch;
using Aurora.Benchmarks.Launch;

try
{
    switch (args)
    {
        case ["dispatch", .. var rest]:
            await DispatchBenchmark.RunAsync(DispatchOptions.Parse(rest));
            return 0;
        case ["launch", .. var rest]:
            await LaunchBenchmark.RunAsync(LaunchOptions.Parse(rest));
            return 0;
        default:
            Console.Error.WriteLine($"usage: Aurora.Benchmarks NAME [OPTION VALUE]...\n{DispatchOptions.Usage}\n{LaunchOptions.Usage}");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
