namespace SpikingDetector.Export.Tests;

/// <summary>Row-major elements of one of the types that the graphs use.</summary>
public sealed record Tensor(Array Elements, int[] Shape)
{
    public float[] Floats => (float[])Elements;

    public long[] Longs => (long[])Elements;

    public static Tensor Of<T>(T[] elements, params int[] shape)
        where T : unmanaged
    {
        Assert.Equal(shape.Aggregate(1, (product, side) => product * side), elements.Length);
        return new Tensor(elements, shape);
    }
}
