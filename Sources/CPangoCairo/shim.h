#ifndef REFEREE_CPANGOCAIRO_SHIM_H
#define REFEREE_CPANGOCAIRO_SHIM_H
#include <cairo/cairo-pdf.h>
#include <cairo/cairo-svg.h>
#include <cairo/cairo.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#endif
