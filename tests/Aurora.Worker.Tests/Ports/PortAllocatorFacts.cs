using System.Net;
using System.Net.Sockets;
using Aurora.Worker.Ports;
using Xunit;

namespace Aurora.Worker.Tests.Ports;

public sealed class PortAllocatorFacts
{
    [Fact]
    public void EachNameGetsANumberOfItsOwn_AndOtherTasksGetOthers()
    {
        var allocator = Allocator("10-13");

        Assert.Equal(new Dictionary<string, int> { ["health"] = 11, ["http"] = 10 }, allocator.Take("a", ["http", "health", "http"]).Ports);
        Assert.Equal([12, 13], allocator.Take("b", ["x", "y"]).Ports!.Values);
    }

    [Fact]
    public void WhenATaskAsksAgain_ItGetsTheSame_AndOnlyNewNamesGetNewNumbers()
    {
        var allocator = Allocator("10-13");
        allocator.Take("a", ["http"]);

        Assert.Equal(new Dictionary<string, int> { ["http"] = 10, ["more"] = 11 }, allocator.Take("a", ["http", "more"]).Ports);
    }

    [Fact]
    public void WithoutNames_NothingIsTaken()
    {
        var (ports, fault) = Allocator("10").Take("a", []);

        Assert.Null(fault);
        Assert.Empty(ports!);
    }

    [Fact]
    public void AReleasedNumberIsTheLastToBeGivenAgain()
    {
        var allocator = Allocator("10-12", start: 2);
        var given = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            given.Add(allocator.Take($"t{i}", ["p"]).Ports!["p"]);
            allocator.Release($"t{i}");
        }

        Assert.Equal([12, 10, 11, 12], given);
    }

    [Fact]
    public void WhenTheRangeIsExhausted_TheFaultNamesIt_AndNothingIsTaken()
    {
        var allocator = Allocator("10-12,20");
        allocator.Take("a", ["x", "y", "z"]);

        var (ports, fault) = allocator.Take("b", ["http", "admin"]);

        Assert.Null(ports);
        Assert.Equal("AUR4008", fault?.Code);
        Assert.Equal("ports is 'http,admin': need 2 free ports, but this worker has only 1 left in its range 10-12,20", fault?.ToString());
        Assert.Equal(20, allocator.Take("c", ["p"]).Ports!["p"]);
    }

    [Fact]
    public void WhatAnAdoptedTaskHas_IsGivenToNobodyElse_UntilItIsReleased()
    {
        var allocator = Allocator("10-11");
        allocator.Adopt("old", new Dictionary<string, int> { ["http"] = 10, ["static"] = 9 });

        Assert.Equal(11, allocator.Take("new", ["p"]).Ports!["p"]);
        Assert.NotNull(allocator.Take("third", ["p"]).Fault);
        Assert.Equal(10, allocator.Take("old", ["http"]).Ports!["http"]);
        allocator.Release("old");
        Assert.Equal(10, allocator.Take("third", ["p"]).Ports!["p"]);
    }

    [Fact]
    public void WhenManyAskAtOnce_NoNumberIsGivenTwice()
    {
        var allocator = Allocator("1000-1999");
        var given = new int[1000];
        Parallel.For(0, 500, i => allocator.Take($"t{i}", ["a", "b"]).Ports!.Values.ToArray().CopyTo(given, i * 2));

        Assert.Equal(1000, given.Distinct().Count());
    }

    [Fact]
    public void WhatCannotBeBoundNow_IsSkipped_AndGivenWhenItCan()
    {
        var busy = new HashSet<int> { 10, 12 };
        var allocator = new PortAllocator(PortRange.Parse("10-13").Range!, number => !busy.Contains(number), 0);

        Assert.Equal([11, 13], allocator.Take("a", ["x", "y"]).Ports!.Values);
        Assert.Equal("AUR4008", allocator.Take("b", ["p"]).Fault?.Code);
        busy.Remove(12);
        Assert.Equal(12, allocator.Take("b", ["p"]).Ports!["p"]);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    public void WhenAServerHasAPort_ItIsNotGiven(string address)
    {
        Assert.SkipUnless(address[0] != ':' || Socket.OSSupportsIPv6, "the machine has no IPv6");
        using var server = Listen(IPAddress.Parse(address));
        var taken = ((IPEndPoint)server.LocalEndpoint).Port;
        var allocator = new PortAllocator(PortRange.Parse($"{taken}").Range!);

        Assert.Equal($"need 1 free ports, but this worker has only 0 left in its range {taken}", allocator.Take("a", ["p"]).Fault?.Rule);

        server.Stop();
        Assert.Equal(taken, allocator.Take("a", ["p"]).Ports!["p"]);
    }

    // Below the numbers of outgoing connections, one of which could otherwise take the port when the server has stopped.
    private static TcpListener Listen(IPAddress address)
    {
        while (true)
        {
            var server = new TcpListener(address, Random.Shared.Next(12_000, 19_000));
            try
            {
                server.Start();
                return server;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                server.Dispose();
            }
        }
    }

    private static PortAllocator Allocator(string range, int start = 0) => new(PortRange.Parse(range).Range!, _ => true, start);
}
