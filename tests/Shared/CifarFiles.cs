namespace SpikingDetector.Tests;

/// <summary>Writes files in the binary form of CIFAR, byte by byte as its description says.</summary>
internal static class CifarFiles
{
    /// <summary>A record: the labels, then the red, green and blue planes of 32×32 pixels.</summary>
    /// <param name="labels">CIFAR-10's one, or CIFAR-100's coarse and fine.</param>
    /// <param name="value">The value of a pixel by row, column and channel.</param>
    public static byte[] Record(byte[] labels, Func<int, int, int, byte> value)
    {
        var record = new List<byte>(labels);
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < 32; y++)
            {
                for (int x = 0; x < 32; x++)
                    record.Add(value(y, x, channel));
            }
        }

        return [.. record];
    }

    /// <summary>CIFAR-10 in a folder, with so many records in each file; the label of record i is i mod 10, its pixels a pattern of noise.</summary>
    public static string WriteCifar10(string folder, IReadOnlyList<string> names, int recordsEach = 10)
    {
        Directory.CreateDirectory(folder);
        string[] files = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin"), "test_batch.bin"];
        foreach ((int number, string file) in files.Index())
        {
            var random = new Random(number);
            File.WriteAllBytes(
                Path.Combine(folder, file),
                [.. Enumerable.Range(0, recordsEach).SelectMany(i => Record([(byte)(i % 10)], (_, _, _) => (byte)random.Next(256)))]);
        }

        File.WriteAllText(Path.Combine(folder, "batches.meta.txt"), string.Join('\n', names) + "\n\n");
        return folder;
    }
}
