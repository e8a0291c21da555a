/// <summary>
/// The compiler makes this class internal. Tests start the whole service by it (WebApplicationFactory), so they have to
/// see it.
/// </summary>
#pragma warning disable CA1050 // The compiler's class has no namespace.
public partial class Program
#pragma warning restore CA1050
{
    protected Program()
    {
    }
}
