using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Images;

/// <summary>Takes the texts that a form has besides its files.</summary>
internal interface IFormFields
{
    /// <summary>Whether a field of that name is of interest.</summary>
    bool Has(string name);

    /// <summary>Takes the text of such a field.</summary>
    /// <exception cref="ProblemException">It is not one that can be used.</exception>
    void Set(string name, string text);

    /// <summary>The form has been read, and its files are dealt with next.</summary>
    /// <exception cref="ProblemException">They must not be.</exception>
    void Complete();
}
