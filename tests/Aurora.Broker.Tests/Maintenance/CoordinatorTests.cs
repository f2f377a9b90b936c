using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Broker.Tests.Maintenance.DrainWorld;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>Drains that a coordinator decides about (aurora-spec section 8.3): what the loop asks, and what it makes of the answers.</summary>
public sealed class CoordinatorTests
{
    [Fact]
    public void NothingGoesUnlessTheCoordinatorAllows_AndOneIsAskedAboutAtATime()
    {
        var world = World();
        world.Drain("w1");
        var first = Assert.Single(world.Questions);
        Assert.Empty(world.Ending);
        Assert.Equal(("http://coordinator/", "w1"), (first.Policy.CoordinatorUrl, first.Host));
        Assert.Equal(TimeSpan.FromDays(7), first.TimeLeft);

        world.Answer(first, allowed: true);
        Assert.Equal(first.Task.Id, Assert.Single(world.Ending).Id);
        Assert.Equal(2, world.Questions.Count());
        Assert.NotEqual(first.Task.Id, world.Questions.Last().Task.Id);
    }

    [Fact]
    public void WhoIsDenied_IsAskedForAgainAtTheNextLook_AndTheOthersBeforeThat()
    {
        var world = World();
        world.Drain("w1");
        world.Answer(world.Questions.Last(), allowed: false);
        world.Answer(world.Questions.Last(), allowed: false);
        Assert.Equal(2, world.Questions.Count()); // Two tasks are on w1: both were denied.
        Assert.Equal(2, world.Questions.Select(q => q.Task.Id).Distinct().Count());
        Assert.Empty(world.Ending);

        world.StartPlaced();
        world.Advance(4.9);
        Assert.Equal(2, world.Questions.Count());
        world.Advance(0.1);
        Assert.Equal(3, world.Questions.Count());
        Assert.Equal(world.Questions.First().Task.Id, world.Questions.Last().Task.Id);
        world.Answer(world.Questions.Last(), allowed: true);
        Assert.Single(world.Ending);
    }

    [Fact]
    public void AtMostTenCoordinatorsAreAskedAtOnce_AndEachWaitsForItsTurn()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        for (var i = 0; i < 13; i++)
            world.Run(Service($"job{i:00}", instances: 2, policy: Coordinator($"http://c{i}/")));
        world.Drain("w1");
        Assert.Equal(10, world.Questions.Select(q => q.Policy.CoordinatorUrl).Distinct().Count());
        Assert.Equal(10, world.Questions.Count());

        var asked = 10;
        while (world.Ending.Count() < 26)
        {
            world.Answer(world.Questions.ElementAt(world.Ending.Count()), allowed: true);
            Assert.True(world.Questions.Count() - world.Ending.Count() <= 10);
            Assert.True(world.Questions.Count() <= ++asked);
        }

        Assert.Equal(26, world.Questions.Select(q => q.Task.Id).Distinct().Count());
    }

    [Fact]
    public void WhenTheDrainIsOver_AnAnswerMeansNothing()
    {
        var world = World();
        world.Drain("w1");
        world.Activate("w1");
        world.Answer(world.Questions.Last(), allowed: true);
        Assert.Empty(world.Ending);
        Assert.Single(world.Questions);
    }

    [Fact]
    public void WhenAnotherDrainHasReplacedTheFirst_TheAnswerToTheFirstMeansNothing_AndItIsAskedAgain()
    {
        var world = World();
        world.Drain("w1");
        world.Advance(1);
        world.Drain("w1");
        world.Answer(world.Questions.Last(), allowed: true);
        Assert.Empty(world.Ending);
        world.Advance(10);
        world.Answer(world.Questions.Last(), allowed: true);
        Assert.Single(world.Ending);
    }

    [Fact]
    public void WhenTheTaskEndedMeanwhile_AnAnswerMeansNothing()
    {
        var world = World();
        world.Drain("w1");
        var question = Assert.Single(world.Questions);
        world.Report(question.Task, TaskState.Failed);
        world.Answer(question, allowed: true);
        Assert.Empty(world.Ending);
        Assert.Equal(2, world.Questions.Count()); // The line goes on.
    }

    [Fact]
    public void AnAnswerThatNobodyWaitsFor_MeansNothing()
    {
        var world = World();
        world.Drain("w1");
        var question = Assert.Single(world.Questions);
        world.Answer(question with { Request = Guid.NewGuid() }, allowed: true);
        Assert.Empty(world.Ending);
        world.Answer(question, allowed: false);
        world.Answer(question, allowed: true); // Twice, and the other way round.
        Assert.Empty(world.Ending);
    }

    [Fact]
    public void WhenTheLeaderChanges_TheCoordinatorIsAskedAgain_AndTheOldAnswerMeansNothing()
    {
        var world = World();
        world.Drain("w1");
        var old = Assert.Single(world.Questions);
        world.Crash();
        world.Advance(0);
        Assert.Equal(2, world.Questions.Count());
        world.Answer(old, allowed: true);
        Assert.Empty(world.Ending);
        world.Answer(world.Questions.Last(), allowed: true);
        Assert.Single(world.Ending);
    }

    [Fact]
    public void WhenAnAnswerNeverComes_TheQuestionIsGivenUp_AndAskedAgain()
    {
        var world = World();
        world.Drain("w1");
        world.Advance(60);
        Assert.Single(world.Questions); // It may still come.
        world.Advance(15);
        Assert.Equal(2, world.Questions.Count());
    }

    [Fact]
    public void WhenTheDeadlineIsOver_ItGoesWithoutTheCoordinator()
    {
        var world = World();
        world.Drain(null, 60, "w1");
        Assert.Equal(TimeSpan.FromSeconds(60), Assert.Single(world.Questions).TimeLeft);
        world.Advance(60);
        Assert.Equal(2, world.Ending.Count());
        world.Answer(world.Questions.First(), allowed: true);
        Assert.Single(world.Questions);
    }

    [Fact]
    public void WhenTheTimeoutIsZero_NoCoordinatorIsAsked()
    {
        var world = World();
        world.Drain(null, 0, "w1");
        Assert.Equal(2, world.Ending.Count());
        Assert.Empty(world.Questions);
    }

    [Fact]
    public void ADrainsOwnCoordinator_IsForJobsWithoutAPolicy()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        world.Run(Service("own", instances: 1, policy: Coordinator("http://own/")));
        world.Run(Service("none", instances: 1, tier: null));
        world.Drain(Coordinator("http://default/"), null, "w1");
        Assert.Equal([("none", "http://default/"), ("own", "http://own/")], world.Questions.Select(q => (q.Task.Job.Name, q.Policy.CoordinatorUrl!)).Order());
    }

    private static DrainWorld World()
    {
        var world = new DrainWorld();
        world.Hello("w1");
        world.Hello("w2");
        world.Run(Service(instances: 4, policy: Coordinator()));
        Assert.Equal(2, world.On("w1").Count());
        return world;
    }
}
