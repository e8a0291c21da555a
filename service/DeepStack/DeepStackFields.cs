using System.Globalization;
using System.Security.Claims;
using SpikingDetector.Service.Images;
using SpikingDetector.Service.Problems;
using SpikingDetector.Service.Security;

namespace SpikingDetector.Service.DeepStack;

/// <summary>The texts of DeepStack's form. Its clients send their key there, and not in a header.</summary>
internal sealed class DeepStackFields(ApiKeys keys, ClaimsPrincipal user) : IFormFields
{
    /// <summary>What DeepStack's server and CodeProject.AI's take where the form says nothing.</summary>
    public const float DefaultMinConfidence = 0.4f;

    private const string MinConfidenceField = "min_confidence";
    private const string KeyField = "api_key";

    private bool _isKnown = !keys.AreConfigured || user.Identity is { IsAuthenticated: true };

    /// <summary>Lower ones are not answered.</summary>
    public float MinConfidence { get; private set; } = DefaultMinConfidence;

    public bool Has(string name) => name is MinConfidenceField or KeyField;

    public void Set(string name, string text)
    {
        if (name == KeyField)
            _isKnown |= keys.Find(text) is not null;
        else if (text.Length > 0)
            MinConfidence = Confidence(text);
    }

    /// <summary>Whether the client has shown a key by now, or needs none.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>What is said to a client without a key.</summary>
    public static ProblemException Unknown => new(
        ProblemType.Unauthorized,
        $"This address needs a key that the service takes: send it in the form's field {KeyField} or in the header {ApiKeyHandler.Header}.");

    public void Complete()
    {
        if (!_isKnown)
            throw Unknown;
    }

    private static float Confidence(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value is >= 0 and <= 1
            ? value
            : throw new ProblemException(ProblemType.MalformedRequest, $"The form's field {MinConfidenceField} must be a number from 0 to 1, with a point.");
}
