using SpikingDetector.Core.Images;

namespace SpikingDetector.Core.Data;

/// <summary>One binary file of CIFAR-10 or CIFAR-100.</summary>
internal sealed class CifarFile(string path, CifarFormat format)
{
    public string Path { get; } = path;

    /// <summary>The records with their classes; pictures stay in the file until they are asked for.</summary>
    /// <exception cref="InvalidInputException">The file is empty or not made of whole records, or a label is out of range.</exception>
    public IEnumerable<LabelledSample> Records()
    {
        using FileStream stream = File.OpenRead(Path);
        if (stream.Length == 0 || stream.Length % format.RecordBytes != 0)
        {
            throw new InvalidInputException(
                $"{Path} has {stream.Length} bytes, which is no whole number of {format.Name}'s records of {format.RecordBytes}: "
                + "it is damaged or cut short; unpack the archive again.");
        }

        var record = new byte[format.RecordBytes];
        int count = (int)(stream.Length / record.Length);
        for (int index = 0; index < count; index++)
        {
            stream.ReadExactly(record);
            yield return new LabelledSample(new CifarRecord(this, index), ClassOf(record, index));
        }
    }

    /// <summary>Reads the picture of a record, 32×32.</summary>
    public Picture ReadPicture(int record)
    {
        const int plane = CifarFormat.Side * CifarFormat.Side;
        var planes = new byte[CifarFormat.PictureBytes];
        using FileStream stream = new(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        stream.Position = (long)record * format.RecordBytes + format.LabelCounts.Count;
        stream.ReadExactly(planes);
        var picture = new Picture(CifarFormat.Side, CifarFormat.Side);
        for (int i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = planes[i % Picture.Channels * plane + i / Picture.Channels];
        return picture;
    }

    private int ClassOf(byte[] record, int index)
    {
        for (int i = 0; i < format.LabelCounts.Count; i++)
        {
            if (record[i] >= format.LabelCounts[i])
            {
                throw new InvalidInputException(
                    $"{Path}: record {index} has the label {record[i]}, but {format.Name}'s are 0 to {format.LabelCounts[i] - 1}: "
                    + "it is damaged or another data set's; unpack the archive again.");
            }
        }

        return record[format.LabelCounts.Count - 1];
    }
}
