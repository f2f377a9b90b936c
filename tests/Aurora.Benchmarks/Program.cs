using Aurora.Benchmarks.Dispatch;

try
{
    switch (args)
    {
        case ["dispatch", .. var rest]:
            await DispatchBenchmark.RunAsync(DispatchOptions.Parse(rest));
            return 0;
        default:
            Console.Error.WriteLine($"usage: Aurora.Benchmarks NAME [OPTION VALUE]...\n{DispatchOptions.Usage}");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
