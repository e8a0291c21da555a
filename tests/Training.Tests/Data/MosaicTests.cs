using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Recipes;

namespace SpikingDetector.Training.Tests.Data;

/// <summary>Four pictures of one colour each, with a box around all of it: boxes must frame their colours.</summary>
public sealed class MosaicTests
{
    private const int Height = 128;
    private const int Width = 256;

    private static readonly ModelSpec Spec = Reference.Spec("retina10_asd") with
    {
        Input = new PictureInputSpec { Height = Height, Width = Width, Mean = [0, 0, 0], Std = [1, 1, 1] },
    };

    // Sides of unlike pictures, and what they are letterboxed to.
    private static readonly (int Width, int Height, int Fitted)[] Pictures =
        [(400, 200, 256 * 128), (100, 100, 128 * 128), (50, 25, 256 * 128), (512, 128, 256 * 64)];

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(0, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Make_PutsAPictureInEachCorner_WithBoxesAroundWhatIsLeft(int seed)
    {
        var others = new Queue<int>([1, 2, 3]);
        var maker = new DetectorPictureMaker(Spec, new AugmentationRecipe { Mosaic = 1 });
        SampleInput made = maker.Make(Coloured(0), () => Coloured(others.Dequeue()), new Random(seed));

        Assert.Equal((Height, Width), (made.Height, made.Width));
        Assert.Empty(others);
        int boxes = 0;
        Box[] areas = [.. Enumerable.Range(0, 4).Select(number => AreaOf(number, made.Content))];
        for (int number = 0; number < 4; number++)
        {
            double share = areas[number].Area / Pictures[number].Fitted;
            int found = Array.IndexOf(made.Target.Categories, number);
            if (share > 0.31)
                Assert.NotEqual(-1, found);
            if (share < 0.29)
                Assert.Equal(-1, found);
            if (found < 0)
                continue;
            boxes++;
            Box box = made.Target.Boxes[found];
            Assert.All(
                (float[])[box.X1 - areas[number].X1, box.Y1 - areas[number].Y1, box.X2 - areas[number].X2, box.Y2 - areas[number].Y2],
                difference => Assert.InRange(difference, -0.01f, 0.01f));
        }

        Assert.Equal(boxes, made.Target.Boxes.Length);

        // They meet in one point, at least a fifth of the side from the edges.
        Assert.Equal(areas[0].X2, areas[1].X1);
        Assert.Equal(areas[2].X2, areas[3].X1);
        Assert.Equal(areas[0].X2, areas[2].X2);
        Assert.Equal(areas[0].Y2, areas[2].Y1);
        Assert.Equal(areas[1].Y2, areas[3].Y1);
        Assert.InRange(areas[0].X2, 51, 205);
        Assert.InRange(areas[0].Y2, 25, 103);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Make_ShowsOfEachPictureTheCornerInWhichTheyMeet(int seed)
    {
        // A box of a tenth of the sides in that corner is never cut.
        var others = new Queue<int>([1, 2, 3]);
        var maker = new DetectorPictureMaker(Spec, new AugmentationRecipe { Mosaic = 1 });
        SampleInput made = maker.Make(WithCorner(0), () => WithCorner(others.Dequeue()), new Random(seed));

        Assert.Equal([0, 1, 2, 3], made.Target.Categories);
        (float x, float y) = (made.Target.Boxes[0].X2, made.Target.Boxes[0].Y2);
        for (int number = 0; number < 4; number++)
        {
            Box box = made.Target.Boxes[number];
            Assert.Equal(0.1 * Fitted(number).Width, box.Width, 0.01);
            Assert.Equal(0.1 * Fitted(number).Height, box.Height, 0.01);
            Assert.Equal(x, number % 2 == 0 ? box.X2 : box.X1, 0.01);
            Assert.Equal(y, number < 2 ? box.Y2 : box.Y1, 0.01);
        }
    }

    [Fact]
    public void Make_WithAScale_ScalesEachPicture()
    {
        var others = new Queue<int>([1, 2, 3]);
        var maker = new DetectorPictureMaker(Spec, new AugmentationRecipe { Mosaic = 1, Scale = (0.1f, 0.1f) });
        SampleInput made = maker.Make(Coloured(0), () => Coloured(others.Dequeue()), new Random(1));
        Assert.Equal([0, 1, 2, 3], made.Target.Categories);
        Assert.Equal([26, 13, 26, 26], made.Target.Boxes.Select(box => box.Width));
        Assert.Equal([13, 13, 13, 6], made.Target.Boxes.Select(box => box.Height));
    }

    [Fact]
    public void Make_HalfOfTheTime_IsAsAlone()
    {
        int mosaics = Enumerable.Range(0, 400).Count(seed =>
        {
            bool another = false;
            var maker = new DetectorPictureMaker(Spec, new AugmentationRecipe { Mosaic = 0.5f });
            maker.Make(
                Coloured(0),
                () =>
                {
                    another = true;
                    return Coloured(1);
                },
                new Random(seed));
            return another;
        });
        Assert.InRange(mosaics, 150, 250);
    }

    [Fact]
    public void Epoch_DrawsTheOthersFromTheSeedAlone()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        DataSet data = DataSet.Read(TinyData.Coco(folder), SpikingDetector.Core.Data.DataFolderKind.Coco);
        Assert.Equal(Pixels(5, 0), Pixels(5, 0));
        Assert.NotEqual(Pixels(5, 0), Pixels(5, 1));
        Assert.NotEqual(Pixels(5, 0), Pixels(6, 0));
        Directory.Delete(folder, recursive: true);

        byte[] Pixels(int seed, int epoch) =>
            [.. data.TrainingBatches(Spec, new AugmentationRecipe { Mosaic = 1 }, 4, seed).Epoch(epoch, 0, default).SelectMany(batch => batch.Input)];
    }

    private static (int Width, int Height) Fitted(int number) => number == 1 ? (128, 128) : number == 3 ? (256, 64) : (256, 128);

    private static LabelledPicture WithCorner(int number)
    {
        (int width, int height, _) = Pictures[number];
        float left = number % 2 == 0 ? 0.9f * width : 0;
        float top = number < 2 ? 0.9f * height : 0;
        return Coloured(number) with { Target = Target.OfBoxes([new Box(left, top, left + 0.1f * width, top + 0.1f * height)], [number]) };
    }

    private static LabelledPicture Coloured(int number)
    {
        var picture = new Picture(Pictures[number].Width, Pictures[number].Height);
        picture.Pixels.Fill((byte)(50 * (number + 1)));
        return new LabelledPicture(picture, Target.OfBoxes([new Box(0, 0, picture.Width, picture.Height)], [number]));
    }

    private static Box AreaOf(int number, byte[] pixels)
    {
        int[] found = [.. Enumerable.Range(0, Width * Height).Where(i => pixels[3 * i] == 50 * (number + 1))];
        Assert.NotEmpty(found);
        var area = new Box(found.Min(i => i % Width), found.Min(i => i / Width), found.Max(i => i % Width) + 1, found.Max(i => i / Width) + 1);
        Assert.Equal(found.Length, area.Area);
        return area;
    }
}
