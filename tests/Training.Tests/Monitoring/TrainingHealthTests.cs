using System.Text.Json;
using SpikingDetector.Training.Monitoring;

namespace SpikingDetector.Training.Tests.Monitoring;

/// <summary>Warnings come when something goes wrong, once, and not for the ordinary scatter of a training.</summary>
public sealed class TrainingHealthTests
{
    [Fact]
    public void OnIteration_OfATrainingThatScatters_SaysNothing()
    {
        var health = new TrainingHealth(new());
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            // Falls from 2 to 0.1, each value between a third and five thirds of that; gradients over two decades.
            double loss = (0.1 + 1.9 * Math.Exp(-i / 500.0)) * (1.0 / 3 + random.NextDouble() * 4 / 3);
            Assert.Empty(health.OnIteration(loss, Math.Pow(10, random.NextDouble() * 2), Math.Pow(10, random.NextDouble() * 2)));
        }

        Assert.Equal(0, health.State.Count);
    }

    [Fact]
    public void OnIteration_OfALossThatDoublesTwice_SaysSoTwice()
    {
        var health = new TrainingHealth(new());
        List<int> warned = [];
        for (int i = 0; i < 1200; i++)
        {
            // Well for 300 iterations, up for 300, well for 300, up for 300.
            double loss = i / 300 % 2 == 0 ? 1 : 2.5;
            foreach (string warning in health.OnIteration(loss, 1, 1))
            {
                Assert.Contains("the loss rises: its running mean is 1.5", warning, StringComparison.Ordinal);
                Assert.Contains("was 1;", warning, StringComparison.Ordinal);
                warned.Add(i);
            }
        }

        Assert.Equal(2, warned.Count);
        Assert.InRange(warned[0], 301, 350);
        Assert.InRange(warned[1], 901, 950);
    }

    [Fact]
    public void OnIteration_OfALossThatDoublesNearZero_SaysNothing()
    {
        var health = new TrainingHealth(new());
        for (int i = 0; i < 600; i++)
            Assert.Empty(health.OnIteration(i < 100 ? 3 : i < 400 ? 0.01 : 0.05, 1, 1));
    }

    [Fact]
    public void OnIteration_OfAGradientThatJumps_SaysSoAtOnceAndOnce()
    {
        var health = new TrainingHealth(new());
        for (int i = 0; i < 60; i++)
            Assert.Empty(health.OnIteration(1, 2, 2));
        Assert.Empty(health.OnIteration(1, 150, 150));
        string warning = Assert.Single(health.OnIteration(1, 900, 900));
        Assert.Contains("the gradient explodes: its norm in the first block is 9e2", warning, StringComparison.Ordinal);
        Assert.Empty(health.OnIteration(1, 9000, 9000));
    }

    [Theory]
    [InlineData(120, 1, "explodes on its way to the first block: its norm there is 1.2e2, in the last block 1e0")]
    [InlineData(1, 120, "vanishes on its way to the first block: its norm there is 1e0, in the last block 1.2e2")]
    public void OnIteration_OfGradientsThatDifferByDepth_SaysSoOnce(double first, double last, string expected)
    {
        var health = new TrainingHealth(new());
        string[] warnings = [.. Enumerable.Range(0, 200).SelectMany(_ => health.OnIteration(1, first, last))];
        Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void OnRates_NamesLayersOnceForEachTimeThatTheyDie()
    {
        var health = new TrainingHealth(new());
        Assert.Empty(health.OnRates(Rates(0.1, 0.2, 0.001)));
        Assert.StartsWith("layer b does not fire", Assert.Single(health.OnRates(Rates(0.1, 0.00001, 0.1))), StringComparison.Ordinal);
        Assert.Empty(health.OnRates(Rates(0.1, 0, 0.1)));
        Assert.StartsWith("2 of 3 layers (a, c) do not fire", Assert.Single(health.OnRates(Rates(0, 0, 0))), StringComparison.Ordinal);
        Assert.Empty(health.OnRates(Rates(0.1, 0.1, 0.1)));
        Assert.StartsWith("layer b does not fire", Assert.Single(health.OnRates(Rates(0.1, 0, 0.1))), StringComparison.Ordinal);
    }

    [Fact]
    public void OnRates_NamesSaturatedLayers()
    {
        var health = new TrainingHealth(new());
        Assert.Empty(health.OnRates(Rates(0.98, 0.5, 0.9)));
        string warning = Assert.Single(health.OnRates(Rates(0.995, 0.5, 1)));
        Assert.StartsWith("2 of 3 layers (a, c) fire at nearly every step", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void State_TakenThroughJsonAtEachIteration_WarnsOfTheSame()
    {
        var whole = new TrainingHealth(new());
        var interrupted = new TrainingHealth(new());
        var random = new Random(2);
        for (int i = 0; i < 400; i++)
        {
            double loss = 1 / 3.0 + random.NextDouble() * (i < 200 ? 1 : 7);
            Assert.Equal(whole.OnIteration(loss, i % 90 == 89 ? 1e5 : 1, 1), interrupted.OnIteration(loss, i % 90 == 89 ? 1e5 : 1, 1));
            Assert.Equal(whole.OnRates(Rates(i % 3, 0.1, 0.1)), interrupted.OnRates(Rates(i % 3, 0.1, 0.1)));
            interrupted = new TrainingHealth(JsonSerializer.Deserialize<HealthState>(JsonSerializer.Serialize(interrupted.State))!);
        }

        Assert.True(whole.State.Count > 10);
        Assert.Equivalent(whole.State, interrupted.State, strict: true);
        Assert.Equal(whole.State.Count, whole.TakePending().Count);
        Assert.Empty(whole.TakePending());
    }

    private static Dictionary<string, double> Rates(double a, double b, double c) => new() { ["a"] = a, ["b"] = b, ["c"] = c };
}
