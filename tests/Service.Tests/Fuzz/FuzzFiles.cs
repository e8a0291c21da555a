using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Events;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Good files of all kinds, and what becomes of them.</summary>
internal static class FuzzFiles
{
    /// <summary>Pictures by encoders that are not ours; their names are in the order in which seeds choose among them.</summary>
    public static IReadOnlyDictionary<string, byte[]> Pictures { get; } =
        Directory.GetFiles(ReferenceFiles.PathOf("pictures")).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes);

    private static readonly IReadOnlyList<byte[]> All = [.. Pictures.Values];

    private static readonly IReadOnlyList<byte[]> Events =
    [
        TestEvents.Square(20, 30, 50, events: 300, seed: 1),
        TestEvents.Npy(new float[4 * 2 * 8 * 8], 4, 2, 8, 8),
        TestEvents.Zip(("x.npy", TestEvents.Npy("<i2", [3], new byte[6])), ("y.npy", TestEvents.Npy("<i2", [3], new byte[6]))),
    ];

    /// <summary>A picture with one to four mutations.</summary>
    public static byte[] Picture(Dice dice)
    {
        byte[] file = dice.Pick(All);
        for (int mutations = 1 + dice.Below(3); mutations > 0; mutations--)
            file = Mutate(file, dice);
        return file;
    }

    /// <summary>Data of an event camera with some mutations.</summary>
    public static byte[] EventData(Dice dice)
    {
        byte[] file = dice.Pick(Events);
        for (int mutations = 1 + dice.Below(3); mutations > 0; mutations--)
            file = ByteMutations.Mutate(file, dice);
        return file;
    }

    private static byte[] Mutate(byte[] file, Dice dice)
    {
        PictureFormat? format = PictureFormats.Detect(file);
        byte[] other = dice.Pick(All);
        int choice = dice.Below(100);
        if (choice < 4)
            return [.. file, .. other];
        if (choice < 8)
            return [.. file[..Math.Min(dice.Below(60), file.Length)], .. other.Skip(dice.Below(60))]; // One format's head on another's body.
        if (choice < 12 || format is null)
            return ByteMutations.Mutate(file, dice);
        if (choice < 25)
        {
            int head = Math.Min(dice.Pick(30, 60, 200), file.Length); // The header stays, so that the decoder gets deeper.
            return [.. file[..head], .. ByteMutations.Mutate(file[head..], dice)];
        }

        IReadOnlyList<byte[]> same = [.. All.Where(candidate => PictureFormats.Detect(candidate) == format)];
        other = dice.Pick(same);
        try
        {
            return format switch
            {
                PictureFormat.Jpeg => JpegMutations.Mutate(file, other, dice),
                PictureFormat.Png => PngMutations.Mutate(file, other, dice),
                PictureFormat.WebP => WebPMutations.Mutate(file, other, dice),
                _ => BmpMutations.Mutate(file, other, dice),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or InvalidDataException or OverflowException)
        {
            return ByteMutations.Mutate(file, dice); // The mutation before broke the structure that this one follows.
        }
    }
}
