return Aurora.Shim.ShimProgram.Run(args);
