# The exporter; built from the repository's root:
#   docker build -f docker/export.Dockerfile -t spiking-detector/export:0.1.0 .
ARG ACCELERATOR=cpu
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble
ARG RUNTIME=mcr.microsoft.com/dotnet/runtime:10.0.12-noble-chiseled
ARG CUDA=docker.io/nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04

FROM ${SDK} AS build
ARG ACCELERATOR
WORKDIR /source
# What decides on the packages: while it stays, so does the layer with them.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY charts/SpikingDetector.Charts.csproj charts/
COPY core/SpikingDetector.Core.csproj core/
COPY inference/SpikingDetector.Inference.csproj inference/
COPY proto/SpikingDetector.Proto.csproj proto/
COPY export/SpikingDetector.Export.csproj export/
RUN dotnet restore export -p:Accelerator=${ACCELERATOR}
COPY .editorconfig ./
COPY charts/ charts/
COPY core/ core/
COPY inference/ inference/
COPY proto/ proto/
COPY export/ export/
ARG REVISION
RUN dotnet publish export --no-restore --output /app \
    -p:Accelerator=${ACCELERATOR} -p:SourceRevisionId=${REVISION} -p:RunAnalyzers=false
# The final base has no shell to make folders with.
RUN mkdir /data /runs && chown 1654:1654 /data /runs

FROM ${RUNTIME} AS base-cpu

# ONNX Runtime's packages for CUDA bring neither CUDA nor cuDNN; service.Dockerfile says which it asks for.
FROM ${CUDA} AS base-cuda
COPY --from=base-cpu /usr/share/dotnet /usr/share/dotnet

FROM base-${ACCELERATOR} AS final
COPY --from=build /data /data
COPY --from=build /runs /runs
COPY --from=build /app /app
WORKDIR /app
ENV DOTNET_RUNNING_IN_CONTAINER=true \
    DOTNET_EnableDiagnostics=0
USER 1654
ENTRYPOINT ["/app/SpikingDetector.Export"]
ARG REVISION
LABEL org.opencontainers.image.title="Spiking detector: export" \
      org.opencontainers.image.description="Turns trained spiking neural networks into ONNX files and measures these" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}"
