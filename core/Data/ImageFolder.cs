namespace SpikingDetector.Core.Data;

/// <summary>Pictures for classification: one folder a class, named as the class, of pictures at any depth.</summary>
public sealed class ImageFolder
{
    private ImageFolder(string path, IReadOnlyList<string> classNames, IReadOnlyList<LabelledFile> files)
    {
        Path = path;
        ClassNames = classNames;
        Files = files;
    }

    /// <summary>The folder that holds the classes' folders.</summary>
    public string Path { get; }

    /// <summary>In ordinal order, which is that of a model's class logits.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>By class, then in ordinal order of paths.</summary>
    public IReadOnlyList<LabelledFile> Files { get; }

    /// <summary>Lists the classes and their pictures. Files that are no pictures and hidden ones are passed over.</summary>
    /// <exception cref="InvalidInputException">No such folder, no class, or a class without pictures.</exception>
    public static ImageFolder Open(string folder)
    {
        folder = FolderListing.Require(folder);
        string[] classes = FolderListing.Folders(folder);
        if (classes.Length == 0)
        {
            throw new InvalidInputException(
                $"{folder} holds no class folders: expected one folder for each class with its pictures inside.");
        }

        var files = new List<LabelledFile>();
        for (int index = 0; index < classes.Length; index++)
        {
            string[] pictures = FolderListing.PicturesBelow(classes[index]);
            if (pictures.Length == 0)
            {
                throw new InvalidInputException(
                    $"The class folder {classes[index]} holds no pictures: expected {Images.PictureFormats.Names} files; "
                    + "remove it if it is not a class.");
            }

            files.AddRange(pictures.Select(path => new LabelledFile(path, index)));
        }

        return new ImageFolder(folder, [.. classes.Select(path => System.IO.Path.GetFileName(path))], files);
    }
}
