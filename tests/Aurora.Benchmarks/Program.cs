using Aurora.Benchmarks.Dispatch;
using Aurora.Benchmarks.Launch;
using Aurora.Benchmarks.Placement;

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
        case ["placement", .. var rest]:
            await PlacementBenchmark.RunAsync(PlacementBenchmarkOptions.Parse(rest));
            return 0;
        default:
            Console.Error.WriteLine($"usage: Aurora.Benchmarks NAME [OPTION VALUE]...\n{DispatchOptions.Usage}\n{LaunchOptions.Usage}\n{PlacementBenchmarkOptions.Usage}");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
