using SpikingDetector.Training.Distributed;

namespace SpikingDetector.Training.Detection;

/// <summary>What a network found in the pictures that a process has evaluated, to be put together with what others found.</summary>
internal sealed class FoundInPictures : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;

    public FoundInPictures() => _writer = new BinaryWriter(_bytes);

    /// <param name="index">The picture's number in the data set.</param>
    /// <param name="found">In the picture's own pixels.</param>
    public void Add(int index, IReadOnlyList<Core.Detection.Detection> found)
    {
        _writer.Write(index);
        _writer.Write(found.Count);
        foreach ((Core.Detection.Box box, int category, float score) in found)
        {
            foreach (float edge in (float[])[box.X1, box.Y1, box.X2, box.Y2])
                _writer.Write(edge);
            _writer.Write(category);
            _writer.Write(score);
        }
    }

    /// <summary>What all processes found, in the order of the pictures.</summary>
    public IEnumerable<(int Index, Core.Detection.Detection[] Found)> OfAll(ProcessGroup group)
    {
        _writer.Flush();
        return group.Gather(_bytes.ToArray()).SelectMany(Read).OrderBy(picture => picture.Index);
    }

    public void Dispose() => _writer.Dispose();

    private static IEnumerable<(int Index, Core.Detection.Detection[] Found)> Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        while (reader.BaseStream.Position < bytes.Length)
        {
            int index = reader.ReadInt32();
            var found = new Core.Detection.Detection[reader.ReadInt32()];
            for (int i = 0; i < found.Length; i++)
            {
                var box = new Core.Detection.Box(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle());
                found[i] = new Core.Detection.Detection(box, reader.ReadInt32(), reader.ReadSingle());
            }

            yield return (index, found);
        }
    }
}
