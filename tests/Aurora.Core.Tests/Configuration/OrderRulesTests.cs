using Aurora.Core.Configuration;
using Aurora.Core.Configuration.Validation;
using Aurora.Core.Errors;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class OrderRulesTests
{
    [Theory]
    [InlineData("a,b,c")]
    [InlineData("a,b|b,c|a,c|a,b")]
    [InlineData("a")]
    [InlineData("f,g")]
    [InlineData("e,x")]
    [InlineData("a,d")]
    [InlineData("a,e")]
    public void AnOrderThatCanBeKept_IsAccepted(string chains) => Assert.Empty(OrderRules.Check(Task(chains)));

    [Theory]
    [InlineData("a,b|b,a", "task.constraints", "", "form a cycle, so none of these can ever start: a -> b -> a")]
    [InlineData("a,a", "task.constraints", "", "form a cycle, so none of these can ever start: a -> a")]
    [InlineData("c,a|a,b|b,c", "task.constraints", "", "form a cycle, so none of these can ever start: c -> a -> b -> c")]
    [InlineData("a,zzzzzz", "task.constraints[0].order[1]", "zzzzzz", "names no process of the task; its processes are a, b, c, d, e, x, f, g, fetch")]
    [InlineData("a,fetsh", "task.constraints[0].order[1]", "fetsh", "names no process of the task; did you mean 'fetch'?")]
    [InlineData("a,b|a,f", "task.constraints[1].order", "a, f", "mixes the final process 'f' and the ordinary process 'a'; final processes run after all ordinary ones anyway")]
    [InlineData("d,a", "task.constraints[0].order[1]", "a", "waits for the daemon 'd', which never ends")]
    [InlineData("e,a", "task.constraints[0].order[1]", "a", "waits for the ephemeral process 'e', which need not end; make 'a' ephemeral too, or take it out of the order")]
    public void AnOrderThatCannotBeKept_IsRefused(string chains, string field, string value, string rule) =>
        Assert.Equal(new Fault(ErrorCodes.InvalidOrder, field, value, rule), Assert.Single(OrderRules.Check(Task(chains))));

    [Fact]
    public void ACycleIsFound_ExactlyWhenThereIsNoOrderOfAllProcesses() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 7]).List[0, 14].Sample(edges =>
        {
            var task = Task(string.Join('|', edges.Select(e => $"{Names[e.Item1]},{Names[e.Item2]}")), plain: true);
            var cyclic = OrderRules.Check(task).Any();

            Assert.Equal(!CanBeSorted(edges), cyclic);
        });

    [Fact]
    public void AVeryLongChain_IsChecked()
    {
        var names = Enumerable.Range(0, 9_999).Select(i => $"p{i}").ToArray();
        var task = TaskOf(names.Select(n => new ProcessConfiguration { Name = n, Cmdline = "x" }), [new OrderConstraint([.. names, names[0]])]);

        Assert.Equal(ErrorCodes.InvalidOrder, Assert.Single(OrderRules.Check(task)).Code);
    }

    private static readonly string[] Names = ["a", "b", "c", "d", "e", "x", "f", "g"];

    private static bool CanBeSorted(List<(int From, int To)> edges)
    {
        var left = Enumerable.Range(0, Names.Length).ToHashSet();
        while (left.FirstOrDefault(n => !edges.Exists(e => e.To == n && left.Contains(e.From)), -1) is >= 0 and var free)
        {
            left.Remove(free);
        }

        return left.Count == 0;
    }

    private static TaskConfiguration Task(string chains, bool plain = false) => TaskOf(
        Names.Append("fetch").Select(n => new ProcessConfiguration
        {
            Name = n, Cmdline = "x", Daemon = !plain && n == "d", Ephemeral = !plain && n is "e" or "x" && !plain, Final = !plain && n is "f" or "g" && !plain,
        }),
        [.. chains.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(chain => new OrderConstraint(chain.Split(',')))]);

    private static TaskConfiguration TaskOf(IEnumerable<ProcessConfiguration> processes, IReadOnlyList<OrderConstraint> constraints) => new()
    {
        Name = "t",
        Processes = [.. processes],
        Constraints = constraints,
        Resources = new ResourceGrant { Cpu = 1, Ram = 1 << 20, Disk = 1 << 20 },
    };
}
