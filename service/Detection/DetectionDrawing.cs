using SpikingDetector.Core.Drawing;
using SpikingDetector.Core.Images;
using SpikingDetector.Service.Requests;

namespace SpikingDetector.Service.Detection;

/// <summary>The picture that /detect answers where the client asked for one.</summary>
internal static class DetectionDrawing
{
    /// <summary>The file of the picture with the boxes drawn.</summary>
    /// <param name="picture">What was sent.</param>
    /// <param name="found">What was found on it.</param>
    /// <param name="categoryNames">The name of each category index.</param>
    /// <param name="answerType">image/png or image/jpeg.</param>
    public static EncodedPicture Draw(
        Picture picture, IReadOnlyList<Core.Detection.Detection> found, IReadOnlyList<string> categoryNames, string answerType)
    {
        using Picture drawn = DetectionPainter.Draw(picture, found, categoryNames);
        return answerType == AnswerType.Png ? PictureEncoder.ToPng(drawn) : PictureEncoder.ToJpeg(drawn);
    }
}
