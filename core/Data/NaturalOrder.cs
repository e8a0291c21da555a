namespace SpikingDetector.Core.Data;

/// <summary>
/// Orders names as people count: name_9 before name_10. The runtime's own numeric ordering needs the ICU library, which
/// these programs run without.
/// </summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Comparer { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            int order = char.IsAsciiDigit(left[0]) && char.IsAsciiDigit(right[0])
                ? CompareNumbers(Take(ref left, Digits(left)), Take(ref right, Digits(right)))
                : Take(ref left, 1)[0].CompareTo(Take(ref right, 1)[0]);
            if (order != 0)
                return order;
        }

        // 01 and 1 count the same; the order must still be one.
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(x, y);
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> text, int count)
    {
        ReadOnlySpan<char> taken = text[..count];
        text = text[count..];
        return taken;
    }
}
