using Aurora.Broker.Hosting;

return await BrokerProgram.RunAsync(args);
