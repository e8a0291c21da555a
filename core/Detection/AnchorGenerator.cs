using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Detection;

/// <summary>
/// torchvision's RetinaNet anchors. A level's rows run over y, then x, then the 9 anchors (ratio · 3 + size); a cell
/// anchor of size s and ratio r (height/width) is [−w, −h, w, h]/2 with w = s/√r, h = s·√r, rounded half to even.
/// </summary>
public static class AnchorGenerator
{
    private static readonly float[] Ratios = [0.5f, 1f, 2f];

    /// <summary>
    /// The levels P3…P7 of an input: height and width of each feature map. P3 has the stride of stage 2: 8, or 2 behind
    /// the CIFAR stem, which does not make the picture smaller.
    /// </summary>
    public static IReadOnlyList<(int Height, int Width)> LevelSizes(ModelSpec spec)
    {
        var sizes = new List<(int Height, int Width)>();
        int finestStride = spec.Backbone.Stem == StemKind.ImageNet ? 8 : 2;
        (int height, int width) = (spec.Input.Height / finestStride, spec.Input.Width / finestStride);
        for (int level = 0; level < 5; level++)
        {
            sizes.Add((height, width));
            (height, width) = ((height + 1) / 2, (width + 1) / 2);
        }

        return sizes;
    }

    /// <summary>Anchors of the levels P3…P7, each [height · width · 9, 4] as x1, y1, x2, y2 in input pixels.</summary>
    /// <param name="spec">A detector's.</param>
    public static IReadOnlyList<float[]> Generate(ModelSpec spec) =>
        [.. LevelSizes(spec).Select((size, level) => GenerateLevel(spec.Input, size, spec.Detector!.AnchorSizes[level]))];

    private static float[] GenerateLevel(InputSpec input, (int Height, int Width) size, int anchorSize)
    {
        float[] cells = CellAnchors(anchorSize);
        int strideY = input.Height / size.Height;
        int strideX = input.Width / size.Width;
        var anchors = new float[size.Height * size.Width * cells.Length];
        int next = 0;
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                for (int i = 0; i < cells.Length; i++)
                    anchors[next++] = cells[i] + (i % 2 == 0 ? x * strideX : y * strideY);
            }
        }

        return anchors;
    }

    private static float[] CellAnchors(int size)
    {
        // torchvision's sizes of one level are whole numbers: s, ⌊s·2^(1/3)⌋, ⌊s·2^(2/3)⌋.
        int[] sizes = [size, (int)(size * Math.Pow(2, 1.0 / 3)), (int)(size * Math.Pow(2, 2.0 / 3))];
        var cells = new List<float>();
        foreach (float ratio in Ratios)
        {
            float heightRatio = MathF.Sqrt(ratio);
            float widthRatio = 1f / heightRatio;
            foreach (int side in sizes)
            {
                float halfWidth = MathF.Round(widthRatio * side / 2, MidpointRounding.ToEven);
                float halfHeight = MathF.Round(heightRatio * side / 2, MidpointRounding.ToEven);
                cells.AddRange([-halfWidth, -halfHeight, halfWidth, halfHeight]);
            }
        }

        return [.. cells];
    }
}
