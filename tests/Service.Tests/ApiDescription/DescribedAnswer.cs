using System.Globalization;
using System.Text;

namespace SpikingDetector.Service.Tests.ApiDescription;

/// <summary>What a call was really answered with.</summary>
internal sealed record DescribedAnswer(DescribedCall Call, HttpResponseMessage Response, byte[] Body)
{
    public string Status => ((int)Response.StatusCode).ToString(CultureInfo.InvariantCulture);

    public string MediaType => Response.MediaType() ?? "none";

    public string Text => Encoding.UTF8.GetString(Body);
}
