using System.Buffers.Binary;

namespace SpikingDetector.Core.Events;

/// <summary>
/// Reads event frames from NumPy's array file (.npy): an array [T, 2, H, W] of uint8, int16, int32, int64, float32 or
/// float64, little-endian, in C order.
/// </summary>
internal static class NpyReader
{
    /// <summary>Up to here every whole number is a float32.</summary>
    private const double LargestCount = 1 << 24;

    private const int Dimensions = 4;

    /// <exception cref="EventDataException">It is cut short, damaged, too large, or holds no counts of that form.</exception>
    public static EventFrames Read(ReadOnlySpan<byte> content, EventLimits limits, string name)
    {
        try
        {
            var header = NpyHeader.Read(content);
            CheckShape(header, limits, name);
            float[] counts = ReadCounts(content[header.DataOffset..], header);
            return new EventFrames(header.Shape[0], header.Shape[2], header.Shape[3], counts);
        }
        catch (FormatException exception)
        {
            throw new EventDataException(
                EventDataError.Damaged, $"{name} cannot be read as event frames: {exception.Message}.", exception);
        }
    }

    private static void CheckShape(NpyHeader header, EventLimits limits, string name)
    {
        string shape = $"({string.Join(", ", header.Shape)})";
        if (header.Shape.Count != Dimensions || header.Shape[1] != EventFrames.Polarities || header.Shape.Contains(0))
            throw new FormatException($"its shape is {shape}, and (time steps, {EventFrames.Polarities}, height, width) was expected");
        if (header.FortranOrder)
            throw new FormatException("it is in Fortran order, and C order was expected; save numpy.ascontiguousarray(frames)");

        double counts = header.Shape.Aggregate(1.0, (product, side) => product * side);
        if (counts > limits.MaxCounts)
        {
            throw new EventDataException(
                EventDataError.TooLarge, $"{name} has the shape {shape}, and at most {limits.MaxCounts} counts are read: use fewer steps.");
        }
    }

    private static float[] ReadCounts(ReadOnlySpan<byte> data, NpyHeader header) => header.ElementType switch
    {
        "|u1" or "<u1" => Convert(data, header, sizeof(byte), bytes => bytes[0]),
        "<i2" => Convert(data, header, sizeof(short), bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        "<i4" => Convert(data, header, sizeof(int), bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        "<i8" => Convert(data, header, sizeof(long), bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        "<f4" => Convert(data, header, sizeof(float), bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        "<f8" => Convert(data, header, sizeof(double), BinaryPrimitives.ReadDoubleLittleEndian),
        _ => throw new FormatException(
            $"its element type is '{header.ElementType}', and little-endian uint8, int16, int32, int64, float32 or float64 was expected"),
    };

    private static float[] Convert(ReadOnlySpan<byte> data, NpyHeader header, int size, Func<ReadOnlySpan<byte>, double> read)
    {
        int count = header.Shape.Aggregate(1, (product, side) => product * side);
        if (data.Length != (long)count * size)
        {
            throw new FormatException(
                $"{(long)count * size} bytes of numbers were expected by its header and {data.Length} are there: it was cut short or is damaged");
        }

        var counts = new float[count];
        for (int i = 0; i < count; i++)
        {
            double value = read(data.Slice(i * size, size));
            if (!(value is >= 0 and <= LargestCount))
                throw new FormatException(FormattableString.Invariant($"count {i} is {value}, and a number from 0 to {LargestCount} was expected"));
            counts[i] = (float)value;
        }

        return counts;
    }
}
