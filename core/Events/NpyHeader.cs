using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SpikingDetector.Core.Events;

/// <summary>
/// The header of NumPy's array file (format versions 1.0 to 3.0, NEP 1): magic, version, length, and the text of a Python
/// dictionary with the element type, the order and the shape.
/// </summary>
internal sealed partial record NpyHeader
{
    /// <summary>As long as version 1.0 can say; real ones have 64 to 128 bytes.</summary>
    private const int LongestText = ushort.MaxValue;

    private const int MostDimensions = 32;

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>NumPy's name of the element type, such as &lt;f4.</summary>
    public required string ElementType { get; init; }

    /// <summary>Whether the first index runs fastest.</summary>
    public required bool FortranOrder { get; init; }

    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Where the numbers begin.</summary>
    public required int DataOffset { get; init; }

    /// <summary>Reads the header of a file that begins with <see cref="Magic"/>.</summary>
    /// <exception cref="FormatException">A part of a sentence: what is wrong with it.</exception>
    public static NpyHeader Read(ReadOnlySpan<byte> content)
    {
        const int versionOffset = 6, lengthOffset = 8;
        const string cutShort = "its header is cut short";
        if (content.Length < lengthOffset + sizeof(uint))
            throw new FormatException(cutShort);

        int version = content[versionOffset];
        if (version is < 1 or > 3)
            throw new FormatException($"its format version is {version}, and 1 to 3 are read");
        long length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(content[lengthOffset..])
            : BinaryPrimitives.ReadUInt32LittleEndian(content[lengthOffset..]);
        int textOffset = lengthOffset + (version == 1 ? sizeof(ushort) : sizeof(uint));
        if (length > LongestText)
            throw new FormatException($"its header claims {length} bytes, and at most {LongestText} are read");
        if (length > content.Length - textOffset)
            throw new FormatException(cutShort);
        return Parse(Encoding.Latin1.GetString(content.Slice(textOffset, (int)length)), textOffset + (int)length);
    }

    private static NpyHeader Parse(string text, int dataOffset)
    {
        Match match = DictionaryPattern().Match(text);
        if (!match.Success)
            throw new FormatException("its header is damaged, or its elements are no plain numbers");

        Dictionary<string, string> fields = [];
        foreach ((Capture key, Capture value) in match.Groups["key"].Captures.Zip(match.Groups["value"].Captures))
            fields[key.Value] = value.Value;
        return new NpyHeader
        {
            ElementType = Field(fields, "descr", value => value[0] is '\'' or '"' ? value[1..^1] : null),
            FortranOrder = Field<bool?>(fields, "fortran_order", value => bool.TryParse(value, out bool flag) ? flag : null)!.Value,
            Shape = Field(fields, "shape", ParseShape),
            DataOffset = dataOffset,
        };
    }

    private static T Field<T>(Dictionary<string, string> fields, string key, Func<string, T?> parse) =>
        fields.TryGetValue(key, out string? value) && parse(value) is { } parsed
            ? parsed
            : throw new FormatException($"its header has no usable '{key}'");

    private static int[]? ParseShape(string value)
    {
        if (value[0] != '(')
            return null;
        string[] parts = value[1..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var sides = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sides[i]))
                return null;
        }

        return sides.Length <= MostDimensions ? sides : null;
    }

    [GeneratedRegex(
        """\A\s*\{(\s*(?<q>['"])(?<key>\w+)\k<q>\s*:\s*(?<value>'[^']*'|"[^"]*"|True|False|\([0-9,\s]*\))\s*(,|(?=\})))*\s*\}\s*\z""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex DictionaryPattern();
}
