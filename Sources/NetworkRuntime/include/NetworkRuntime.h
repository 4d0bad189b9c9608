// The C interface of the runtime. README.md, beside this folder, says how it is built.
#pragma once
#include "DenseSteps.h"
#include "LayerSteps.h"
#include "RuntimeGraph.h"
