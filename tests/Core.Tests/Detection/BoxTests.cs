using SpikingDetector.Core.Detection;

namespace SpikingDetector.Core.Tests.Detection;

public sealed class BoxTests
{
    [Fact]
    public void Sides_ArePlainDifferences()
    {
        var box = new Box(10, 20, 14, 25);

        Assert.Equal((4f, 5f, 20f), (box.Width, box.Height, box.Area));
    }

    [Theory]
    [InlineData(0, 0, 4, 4, 1)]
    [InlineData(2, 0, 6, 4, 8f / 24)]
    [InlineData(1, 1, 3, 3, 4f / 16)]
    [InlineData(4, 0, 8, 4, 0)]
    [InlineData(10, 10, 12, 12, 0)]
    [InlineData(2, 2, 2, 2, 0)]
    public void IntersectionOverUnion_IsSharedAreaOverCoveredArea(float x1, float y1, float x2, float y2, float expected)
    {
        var box = new Box(0, 0, 4, 4);
        var other = new Box(x1, y1, x2, y2);

        Assert.Equal(expected, box.IntersectionOverUnion(other));
        Assert.Equal(expected, other.IntersectionOverUnion(box));
    }

    [Fact]
    public void Clip_KeepsWhatIsInsideThePicture()
    {
        Assert.Equal(new Box(0, 2, 8, 6), new Box(-3, 2, 20, 9).Clip(8, 6));
    }
}
