namespace SpikingDetector.Training.Tests.Quick;

/// <summary>
/// CIFAR-10's stand-in: 32×32 pictures of ten shapes and patterns in any colours, sizes and places, with noise, as the
/// original binary files. Colour and brightness say nothing of the class.
/// </summary>
internal static class DrawnShapes
{
    private const int Side = 32;
    private const int Classes = 10;

    /// <summary>Writes six files of as many pictures each; the last is the test batch.</summary>
    public static string Cifar10(string folder, int picturesPerFile)
    {
        Directory.CreateDirectory(folder);
        for (int file = 0; file < 6; file++)
        {
            using FileStream stream = File.Create(Path.Combine(folder, file < 5 ? $"data_batch_{file + 1}.bin" : "test_batch.bin"));
            for (int i = 0; i < picturesPerFile; i++)
                stream.Write(Record(new Random(file * 1_000_000 + i), i % Classes));
        }

        File.WriteAllLines(
            Path.Combine(folder, "batches.meta.txt"),
            ["disc", "square", "triangle", "plus", "ring", "rows", "columns", "diagonals", "checks", "dots"]);
        return folder;
    }

    /// <summary>A label and the red, green and blue planes.</summary>
    private static byte[] Record(Random random, int label)
    {
        var picture = new byte[1 + 3 * Side * Side];
        picture[0] = (byte)label;
        int[] ground = Colour(random);
        int[] ink = Colour(random);
        while (ground.Zip(ink, (a, b) => Math.Abs(a - b)).Sum() < 200)
            ink = Colour(random);
        float size = 8 + 5 * random.NextSingle();
        float x0 = size + (Side - 2 * size) * random.NextSingle();
        float y0 = size + (Side - 2 * size) * random.NextSingle();
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                int[] colour = IsInked(label, x - x0, y - y0, size) ? ink : ground;
                for (int channel = 0; channel < 3; channel++)
                    picture[1 + (channel * Side + y) * Side + x] = (byte)Math.Clamp(colour[channel] + random.Next(-25, 26), 0, 255);
            }
        }

        return picture;
    }

    /// <summary>Whether a shape of a radius covers a point given from its centre.</summary>
    private static bool IsInked(int label, float x, float y, float size)
    {
        float distance = MathF.Sqrt(x * x + y * y);
        return label switch
        {
            0 => distance < size,
            1 => Math.Max(Math.Abs(x), Math.Abs(y)) < 0.85f * size,
            2 => y > -0.8f * size && y < 0.8f * size && Math.Abs(x) < (y + 0.8f * size) / 1.6f,
            3 => Math.Min(Math.Abs(x), Math.Abs(y)) < size / 4 && Math.Max(Math.Abs(x), Math.Abs(y)) < size,
            4 => distance < size && distance > 0.55f * size,
            5 => Odd(y, size / 3),
            6 => Odd(x, size / 3),
            7 => Odd(x + y, size / 2),
            8 => Odd(x, size / 2) != Odd(y, size / 2),
            _ => Odd(x, size / 3) && Odd(y, size / 3),
        };

        static bool Odd(float value, float step) => ((int)MathF.Floor(value / step) & 1) != 0;
    }

    private static int[] Colour(Random random) => [random.Next(20, 236), random.Next(20, 236), random.Next(20, 236)];
}
