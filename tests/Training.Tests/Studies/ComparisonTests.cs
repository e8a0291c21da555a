using SpikingDetector.Training.Studies;

namespace SpikingDetector.Training.Tests.Studies;

/// <summary>Means, spreads and what follows from them, by numbers worked out by hand.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void Spread_HasTheSamplesFigures()
    {
        var spread = new Spread([0.1, 0.4, 0.4, 0.7]);

        Assert.Equal(4, spread.Count);
        Assert.Equal(0.4, spread.Mean, 12);
        Assert.Equal(Math.Sqrt(0.18 / 3), spread.Deviation!.Value, 12);
        Assert.Equal((0.1, 0.7), (spread.Least, spread.Most));
        Assert.Null(new Spread([0.5]).Deviation);
    }

    [Fact]
    public void Pool_WeighsGroupsByTheirFreedom()
    {
        // Squares 2 and 0.5 · 3 = 1.5 … of 1 and 2 degrees of freedom.
        Spread[] groups = [new([1, 3]), new([5, 6, 6.5]), new([100])];
        double squares = 2 + (Math.Pow(5 - 17.5 / 3, 2) + Math.Pow(6 - 17.5 / 3, 2) + Math.Pow(6.5 - 17.5 / 3, 2));

        Assert.Equal(Math.Sqrt(squares / 3), Spread.Pool(groups)!.Value, 12);
        Assert.Null(Spread.Pool([new([1]), new([2])]));
    }

    [Theory]
    [InlineData(0.60, 0.50, 0.02, 0.01, false, nameof(Verdict.Holds))]
    [InlineData(0.60, 0.50, 0.02, -0.01, false, nameof(Verdict.Reversed))]
    [InlineData(0.50, 0.60, 0.02, 0.01, false, nameof(Verdict.Reversed))]
    [InlineData(0.50, 0.60, 0.02, -0.3, false, nameof(Verdict.Holds))]
    [InlineData(0.60, 0.50, 0.02, null, false, nameof(Verdict.NotInPaper))]
    [InlineData(0.60, 0.55, 0.0249, 0.01, false, nameof(Verdict.Holds))]
    [InlineData(0.60, 0.55, 0.0251, 0.01, false, nameof(Verdict.NotToldApart))]
    [InlineData(0.60, 0.50, 0.02, 0.01, true, nameof(Verdict.EqualInPaper))]
    [InlineData(0.50, 0.60, 0.02, 0.01, true, nameof(Verdict.EqualInPaper))]
    [InlineData(0.60, 0.50, 0.02, null, true, nameof(Verdict.NotInPaper))]
    [InlineData(0.60, 0.55, 0.0251, 0.01, true, nameof(Verdict.NotToldApart))]
    [InlineData(0.60, 0.50, null, 0.01, false, nameof(Verdict.SeedsMissing))]
    public void Verdict_IsByTwoStandardErrors(double first, double second, double? deviation, double? paper, bool equalInPaper, string verdict)
    {
        // Two seeds each: the standard error of the difference is the deviation of one.
        var comparison = new Comparison(new([first - 0.01, first + 0.01]), new([second - 0.01, second + 0.01]), deviation, paper, equalInPaper);

        Assert.Equal(verdict, comparison.Verdict.ToString());
        Assert.Equal(first - second, comparison.Difference, 12);
        if (deviation is { } expected)
            Assert.Equal(expected, comparison.Error!.Value, 12);
    }

    [Fact]
    public void Error_IsThatOfTwoMeans() =>
        Assert.Equal(0.3 * Math.Sqrt(1 / 4.0 + 1), new Comparison(new([1, 2, 3, 4]), new([1]), 0.3, null, false).Error!.Value, 12);

    [Fact]
    public void PaperFigures_AreThoseOfTheTables()
    {
        Assert.Equal(0.7319, PaperFigures.Accuracy(Variant.SpikeGate, 10));
        Assert.Equal(0.3205, PaperFigures.Accuracy(Variant.Spiking, 34));
        Assert.Equal(0.7490, PaperFigures.Accuracy(Variant.SewAdd, 18));
        Assert.Null(PaperFigures.Accuracy(Variant.Spiking, 50));
    }
}
