using Aurora.Worker.Hosting;

return await WorkerProgram.RunAsync(args);
