namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>Mutations of a file as a row of parts: segments of a JPEG, chunks of a PNG or WebP.</summary>
internal static class PartMutations
{
    /// <summary>Leaves out, repeats, moves, cuts or exchanges parts, or takes some of another file of the format.</summary>
    public static void Mutate(List<byte[]> parts, IReadOnlyList<byte[]> others, Dice dice)
    {
        if (parts.Count == 0)
            return;

        int place = dice.Below(parts.Count), other = dice.Below(parts.Count);
        switch (dice.Below(7))
        {
            case 0:
                parts.RemoveAt(place);
                break;
            case 1:
                parts.InsertRange(place, Enumerable.Repeat(parts[place], dice.Pick(1, 2, 20, 200)).ToArray());
                break;
            case 2:
                (parts[place], parts[other]) = (parts[other], parts[place]);
                break;
            case 3:
                parts.RemoveRange(place, parts.Count - place);
                break;
            case 4 when others.Count > 0:
                parts.Insert(place, dice.Pick(others));
                break;
            case 5 when others.Count > 0:
                parts[place] = dice.Pick(others);
                break;
            default:
                parts[place] = parts[place][..dice.Below(parts[place].Length + 1)];
                break;
        }
    }
}
