using Aurora.Simulation.Seeds;

return CommandLine.IsMeant(args) ? CommandLine.Run(args) : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
