#pragma once
#include <cblas.h>

// LAPACK, which OpenBLAS carries: solves a x = b for a symmetric positive definite a, column-major, in place.
void dposv_(const char *uplo, const blasint *n, const blasint *nrhs, double *a, const blasint *lda, double *b,
            const blasint *ldb, blasint *info);

// LAPACK: eigenvalues, ascending, and eigenvectors of a symmetric matrix, column-major, in place.
void dsyev_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w, double *work,
            const blasint *lwork, blasint *info);
