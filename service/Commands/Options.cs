using System.CommandLine;
using System.Globalization;

namespace SpikingDetector.Service.Commands;

/// <summary>Options that several commands have.</summary>
internal static class Options
{
    public static Option<bool> Json() =>
        new("--json") { Description = "Print the result as JSON on standard output and nothing else there." };

    /// <summary>A whole number from 1.</summary>
    public static Option<T> WholeNumber<T>(string name, string description)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, CultureInfo.InvariantCulture, out int value) && value > 0))
                result.AddError($"{name} is {token.Value}; expected a whole number from 1.");
        });
        return option;
    }

    /// <summary>A number above 0, or from 0, and at most a bound.</summary>
    public static Option<T> Number<T>(string name, string description, double most, bool orZero = false)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var token])
                return;
            bool isNumber = double.TryParse(token.Value, CultureInfo.InvariantCulture, out double value);
            if (!isNumber || !(value > 0 || (orZero && value == 0)) || value > most)
            {
                string least = orZero ? "from 0" : "above 0";
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {token.Value}; expected a number {least}, at most {most}."));
            }
        });
        return option;
    }
}
