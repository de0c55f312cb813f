"""What is true of random vectors in D dimensions, by formula."""

from __future__ import annotations

import math

from fastvec.checks.numbers import real, truth, whole
from fastvec.running.loading import load


def expected_absolute_cosine(vector_size: int) -> float:
    """Return the mean |cosine| of two random directions in D dimensions.

    It is Γ(D/2) / (√π Γ((D+1)/2)): 1 in one dimension, 2/π in two, and √(2 / (πD)) in many, where the cosine is
    nearly normal. Its standard deviation is 1/√D in any D. So random words are nearly orthogonal.

    Parameters
    ----------
    vector_size : int
        D.

    Raises
    ------
    SettingError
        If it is not a whole number of at least 1.

    References
    ----------
    Cai, Fan and Jiang 2013, "Distributions of angles in random packing on spheres", section 2: the density of the
    angle.

    Examples
    --------
    >>> [round(expected_absolute_cosine(size), 4) for size in (2, 10, 50, 100, 300, 1000)]
    [0.6366, 0.2587, 0.1134, 0.08, 0.0461, 0.0252]
    >>> round(math.sqrt(2 / (math.pi * 300)), 4)
    0.0461
    """
    size = whole("vector_size", vector_size, 1)
    return math.exp(math.lgamma(size / 2) - math.lgamma((size + 1) / 2)) / math.sqrt(math.pi)


def expected_norm_spread(vector_size: int) -> float:
    """Return the standard deviation of the length of a Gaussian vector, over the mean length.

    With μ = √2 Γ((D+1)/2) / Γ(D/2), the mean of the chi distribution, it is √(D - μ²) / μ: about 1/√(2D). The
    lengths of random vectors concentrate: in many dimensions all are about equal.

    Parameters
    ----------
    vector_size : int
        D.

    Raises
    ------
    SettingError
        If it is not a whole number of at least 1.

    References
    ----------
    Vershynin 2018, "High-Dimensional Probability", section 3.1.

    Examples
    --------
    >>> [round(expected_norm_spread(size), 4) for size in (2, 10, 50, 100, 300, 1000)]
    [0.5227, 0.2262, 0.1002, 0.0708, 0.0408, 0.0224]
    """
    size = whole("vector_size", vector_size, 1)
    if size > 1000:  # D - μ² would cancel; the series is right to 1/D³
        return math.sqrt((1 + 1 / (4 * size) - 1 / (32 * size * size)) / (2 * size))
    mean = math.sqrt(2) * math.exp(math.lgamma((size + 1) / 2) - math.lgamma(size / 2))
    return math.sqrt(size - mean * mean) / mean


def outer_shell_share(vector_size: int, thickness: float = 0.1) -> float:
    """Return the share of a ball's volume that lies in its outer shell: 1 - (1 - thickness)^D.

    Parameters
    ----------
    vector_size : int
        D.
    thickness : float
        Of the shell, as a share of the radius.

    Raises
    ------
    SettingError
        If an argument is out of range.

    References
    ----------
    Blum, Hopcroft and Kannan 2020, "Foundations of Data Science", section 2.3.

    Examples
    --------
    >>> [f"{outer_shell_share(size):.3%}" for size in (2, 3, 10, 50, 100)]
    ['19.000%', '27.100%', '65.132%', '99.485%', '99.997%']
    """
    size = whole("vector_size", vector_size, 1)
    real("thickness", thickness, 0, 1)
    return 1.0 if thickness == 1 else -math.expm1(size * math.log1p(-thickness))


def pair_probability(vector_size: int, cosine: float) -> float:
    """Return how probable it is that two random directions have a larger |cosine|.

    It is the share of a sphere in two opposite caps: the regularised incomplete beta function
    I(1 - cosine²; (D - 1)/2, 1/2).

    Parameters
    ----------
    vector_size : int
        D, at least 2.
    cosine : float
        From 0 to 1.

    Raises
    ------
    SettingError
        If an argument is out of range.

    References
    ----------
    Li 2011, "Concise formulas for the area and volume of a hyperspherical cap".

    Examples
    --------
    >>> round(pair_probability(2, 0.5), 4), round(pair_probability(300, 0.1), 4)  # 120 degrees of 180
    (0.6667, 0.0833)
    """
    return math.exp(_log_probability(vector_size, cosine))


def capacity(vector_size: int, cosine: float) -> float:
    """Return how many random directions a space holds before two of them have a larger |cosine|.

    Among n random directions, n²/2 pairs have it with the probability p of :func:`pair_probability` each: one pair
    is expected when n = √(2/p), which grows as exp(D cosine²/4). A space thus holds far more nearly orthogonal
    words than its D orthogonal ones (superposition). Directions that are chosen can be more than random ones.

    Parameters
    ----------
    vector_size : int
        D, at least 2.
    cosine : float
        From 0 to 1: the largest |cosine| that still counts as nearly orthogonal.

    Returns
    -------
    float
        At least D, since so many can be orthogonal; infinity above 1.8e308.

    Raises
    ------
    SettingError
        If an argument is out of range.

    References
    ----------
    Ball 1997, "An elementary introduction to modern convex geometry", lecture 2 (caps of a sphere);
    Elhage et al. 2022, "Toy models of superposition".

    Examples
    --------
    >>> [f"{capacity(300, cosine):,.0f}" for cosine in (0.1, 0.2, 0.3, 0.4)]
    ['300', '300', '4,223', '1,920,586']
    """
    log_words = (math.log(2) - _log_probability(vector_size, cosine)) / 2
    random = math.exp(log_words) if log_words < 709 else math.inf
    return max(float(vector_size), random)


def _log_probability(vector_size: int, cosine: float) -> float:
    size = whole("vector_size", vector_size, 2)
    real("cosine", cosine, 0, 1)
    if cosine == 1:
        return -math.inf
    special, a, x = load("scipy.special"), (size - 1) / 2, 1 - cosine * cosine
    probability = float(special.betainc(a, 0.5, x))
    if probability > 1e-290:
        return math.log(probability)
    # below the smallest float: I(x; a, b) = x^a (1 - x)^b / (a B(a, b)) · 2F1(a + b, 1; a + 1; x)
    series, term, n = 1.0, 1.0, 0
    while term > 1e-16 * series:
        term *= x * (a + 0.5 + n) / (a + 1 + n)
        series, n = series + term, n + 1
    return a * math.log(x) + math.log(cosine) - math.log(a) - float(special.betaln(a, 0.5)) + math.log(series)


def johnson_lindenstrauss_bound(n_words: int, epsilon: float = 0.1, *, cubic: bool = False) -> int:
    """Return how many dimensions keep all squared distances of n words within 1 ± ε.

    A random projection to k ≥ 8 ln n / ε² dimensions does so with a positive probability, whatever the dimensions
    before. The exact form of the bound, 4 ln n / (ε²/2 - ε³/3), is larger by a factor of 1 / (1 - 2ε/3).

    Parameters
    ----------
    n_words : int
        n.
    epsilon : float
        ε, between 0 and 1 (neither included).
    cubic : bool
        Whether to keep the cubic term. scikit-learn's ``johnson_lindenstrauss_min_dim`` does, and rounds down.

    Returns
    -------
    int
        Rounded up.

    Raises
    ------
    SettingError
        If an argument is out of range.

    References
    ----------
    Johnson and Lindenstrauss 1984; Dasgupta and Gupta 2003, "An elementary proof of a theorem of Johnson and
    Lindenstrauss", theorem 2.1.

    Examples
    --------
    >>> johnson_lindenstrauss_bound(100_000, 0.1)
    9211
    >>> johnson_lindenstrauss_bound(100_000, 0.1, cubic=True)  # scikit-learn: 9868
    9869
    """
    words = whole("n_words", n_words, 2)
    real("epsilon", epsilon, 0, math.nextafter(1, 0), above=0)
    truth("cubic", cubic)
    wanted = epsilon**2 / 2 - epsilon**3 / 3 if cubic else epsilon**2 / 2
    return math.ceil(4 * math.log(words) / wanted)
