using SpikingDetector.Core.Detection;
using Found = SpikingDetector.Core.Detection.Detection;

namespace SpikingDetector.Core.Tests.Detection;

public sealed class NonMaximumSuppressionTests
{
    private static readonly Box Left = new(0, 0, 10, 10);
    private static readonly Box Shifted = new(2, 0, 12, 10);
    private static readonly Box Far = new(50, 50, 60, 60);

    [Fact]
    public void Keep_DropsTheWeakerOfTwoThatOverlap_AndSortsByScore()
    {
        Found[] detections = [new(Shifted, 0, 0.5f), new(Left, 0, 0.9f), new(Far, 0, 0.7f)];

        Assert.Equal([1, 2], NonMaximumSuppression.Keep(detections, 0.5f, 100));
    }

    [Fact]
    public void Keep_LeavesOtherCategoriesAlone()
    {
        Found[] detections = [new(Left, 0, 0.9f), new(Left, 1, 0.8f), new(Left, 1, 0.7f)];

        Assert.Equal([0, 1], NonMaximumSuppression.Keep(detections, 0.5f, 100));
    }

    [Fact]
    public void Keep_NeedsMoreThanTheThreshold()
    {
        // 80 shared of 120 covered.
        const float Overlap = 80f / 120f;
        Found[] detections = [new(Left, 0, 0.9f), new(Shifted, 0, 0.8f)];

        Assert.Equal([0, 1], NonMaximumSuppression.Keep(detections, Overlap, 100));
        Assert.Equal([0], NonMaximumSuppression.Keep(detections, MathF.BitDecrement(Overlap), 100));
    }

    [Fact]
    public void Keep_OnlyKeptBoxesSuppress()
    {
        // The second goes because of the first; the third overlaps the second alone and stays.
        Found[] detections =
        [
            new(new Box(0, 0, 10, 10), 0, 0.9f), new(new Box(3, 0, 13, 10), 0, 0.8f), new(new Box(6, 0, 16, 10), 0, 0.7f),
        ];

        Assert.Equal([0, 2], NonMaximumSuppression.Keep(detections, 0.5f, 100));
    }

    [Fact]
    public void Keep_WithEqualScores_KeepsTheirOrder()
    {
        Found[] detections = [.. Enumerable.Range(0, 40).Select(i => new Found(new Box(i * 20, 0, i * 20 + 10, 10), 0, 0.5f))];

        Assert.Equal(Enumerable.Range(0, 40), NonMaximumSuppression.Keep(detections, 0.5f, 100));
    }

    [Fact]
    public void Keep_StopsAtTheMaximum()
    {
        Found[] detections = [new(Left, 0, 0.1f), new(Far, 0, 0.2f), new(Left, 1, 0.3f)];

        Assert.Equal([2, 1], NonMaximumSuppression.Keep(detections, 0.5f, 2));
        Assert.Empty(NonMaximumSuppression.Keep(detections, 0.5f, 0));
        Assert.Empty(NonMaximumSuppression.Keep([], 0.5f, 2));
    }
}
