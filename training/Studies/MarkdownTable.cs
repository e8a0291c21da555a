using System.Text;

namespace SpikingDetector.Training.Studies;

/// <summary>A table that reads well as plain text, too: columns of one width, numbers to the right.</summary>
/// <param name="columns">Titles; the texts of those that begin with a space stand to the right.</param>
internal sealed class MarkdownTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        string[] titles = [.. columns.Select(column => column.Trim())];
        int[] widths = [.. titles.Select((title, i) => Math.Max(3, _rows.Select(row => row[i].Length).Append(title.Length).Max()))];
        var text = new StringBuilder();
        Append(titles);
        Append([.. widths.Select((width, i) => IsNumber(i) ? new string('-', width - 1) + ":" : new string('-', width))]);
        foreach (string[] row in _rows)
            Append(row);
        return text.ToString();

        void Append(string[] cells) => text.Append("| ")
            .AppendJoin(" | ", cells.Select((cell, i) => IsNumber(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])))
            .Append(" |\n");
    }

    private bool IsNumber(int column) => columns[column].StartsWith(' ');
}
