using Aurora.Benchmarks;
foreach (var argv in new[]{ new[]{"/bin/true"}, ["/bin/bash","-c","true"]})
    Console.WriteLine($"{string.Join(' ', argv)}: {SpawnLoop.Run(argv, 2000):N0}/s");
return 0;
